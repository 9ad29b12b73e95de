import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { answerFrameworkError } from './index.ts'

test('an address that cannot be decoded is told as an outcome on FHIR routes and as a problem elsewhere', async () => {
  const app = fastify({ frameworkErrors: answerFrameworkError })
  app.get('/*', async () => 'reached')
  const fhir = await app.inject({ url: '/fhir/Patient/%zz' })
  assert.equal(fhir.statusCode, 400)
  assert.equal(fhir.json().resourceType, 'OperationOutcome')
  const api = await app.inject({ url: '/api/%E7%8E' })
  assert.equal(api.statusCode, 400)
  assert.equal(api.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.equal(api.json().code, 'FST_ERR_BAD_URL')
  assert.ok(!`${fhir.payload}${api.payload}`.includes('%zz'))
})
