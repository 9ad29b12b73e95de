import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '../../contract/index.ts'
import { askedFor } from './trace-reach.ts'

const holding = (...roles: Session['roles']): Pick<Session, 'roles' | 'posts'> => ({
  roles,
  posts: roles.map((role) => ({ role, title: role, department: { id: `of-${role}`, name: role } })),
})

test('a head begins with the own department, and may still ask for a patient or a person', () => {
  const head = holding('physician', 'department-head')
  assert.deepEqual(askedFor({ kind: 'permit' }, head), { kind: 'permit', department: 'of-department-head' })
  assert.deepEqual(askedFor({ patient: 'p1' }, head), { patient: 'p1' })
  assert.deepEqual(askedFor({ department: 'other' }, head), { department: 'other' })
})

test('medical affairs are asked for a patient first', () => {
  assert.equal(askedFor({}, holding('medical-affairs')), 'needs-patient')
  assert.equal(askedFor({ department: 'd1' }, holding('medical-affairs')), 'needs-patient')
  assert.deepEqual(askedFor({ patient: 'p1' }, holding('medical-affairs')), { patient: 'p1' })
})

test('supervision asks for what it likes, whatever else it holds', () => {
  assert.deepEqual(askedFor({}, holding('discipline-inspector')), {})
  assert.deepEqual(askedFor({}, holding('audit-admin', 'department-head')), {})
})
