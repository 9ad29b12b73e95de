import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ListFilter, RecordFacts } from '../authority/index.ts'
import { author, openTestStore, type TestStore } from './test-store.ts'

let at: TestStore
before(async () => {
  at = await openTestStore()
  for (const resource of resources) await at.put(resource)
})
after(() => at.close())

const coded = (system: string | undefined, code: string, display?: string) => ({
  coding: [{ ...(system && { system }), code, ...(display && { display }) }],
})
const observation = (id: string, patient: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: coded('http://loinc.org', '8867-4', '心率'),
  subject: { reference: `Patient/${patient}` },
  ...more,
})

const resources = [
  { resourceType: 'Organization', id: 'org', name: '心内科' },
  {
    resourceType: 'Practitioner',
    id: 'dr',
    name: [{ text: '吕大夫' }],
    identifier: [{ system: 'urn:staff', value: '77' }],
  },
  {
    resourceType: 'Patient',
    id: 'zhang',
    active: true,
    gender: 'male',
    birthDate: '1970-05-04',
    name: [{ text: '张 三丰', family: '张', given: ['三丰'] }],
    identifier: [{ system: 'urn:mr', value: 'A|1,2' }, { value: 'bare' }],
    telecom: [
      { system: 'phone', value: '13800000000' },
      { system: 'email', value: 'zhang@example.org' },
    ],
    address: [{ city: '北京', text: '北京市海淀区中关村大街 1 号' }],
    generalPractitioner: [{ reference: 'Practitioner/dr' }],
    managingOrganization: { reference: 'Organization/org' },
  },
  {
    resourceType: 'Patient',
    id: 'mueller',
    active: false,
    gender: 'female',
    birthDate: '1970-05',
    deceasedBoolean: false,
    name: [{ family: 'Müller-Lüdenscheidt', given: ['Émilie  Anne'] }],
    identifier: [{ system: 'urn:mr', value: 'a|1' }],
    link: [{ other: { reference: 'Patient/zhang' }, type: 'seealso' }],
  },
  {
    resourceType: 'Patient',
    id: 'percent',
    deceasedDateTime: '2020-01-01',
    name: [{ text: '100% _\\ O\'Neil "q" \u0000\ud800' }],
  },
  {
    resourceType: 'Encounter',
    id: 'visit',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/zhang', identifier: { system: 'urn:mr', value: 'A1' } },
    period: { start: '2024-03-10T08:00:00+08:00' },
    serviceProvider: { reference: 'Organization/org' },
  },
  observation('hr60', 'zhang', {
    effectiveDateTime: '2024-03-10T09:00:00+08:00',
    valueQuantity: { value: 60.0, unit: '次/分', system: 'http://unitsofmeasure.org', code: '/min' },
    encounter: { reference: 'Encounter/visit' },
  }),
  observation('hr100', 'mueller', {
    effectivePeriod: { start: '2024-03-11', end: '2024-03-13' },
    valueQuantity: { value: 100, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  }),
  observation('temp', 'zhang', {
    code: coded('http://loinc.org', '8310-5', '体温'),
    effectiveDateTime: '2024-03',
    valueQuantity: { value: 36.65, unit: 'Cel' },
    category: [coded('urn:cat', 'vital'), coded(undefined, 'plain')],
  }),
  observation('text', 'zhang', { code: coded('urn:own', 'note'), valueString: 'Positive', status: 'amended' }),
  {
    resourceType: 'Condition',
    id: 'dm',
    subject: { reference: 'Patient/zhang' },
    code: { coding: [{ system: 'urn:icd', code: 'E11.9', display: '2型糖尿病' }], text: '2型糖尿病不伴有并发症' },
    meta: { profile: ['http://example.org/p|1.0'], tag: [{ system: 'urn:t', code: 'seen' }] },
  },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: { reference: 'Patient/zhang' },
    prediction: [{ probabilityDecimal: 0.00525 }],
  },
  {
    resourceType: 'ValueSet',
    id: 'vs',
    status: 'active',
    url: 'http://example.org/ValueSet/a',
    version: '2',
  },
]

const all = (list: readonly string[]) => [...list].sort()

const table: readonly (readonly [query: string, ids: readonly string[]])[] = [
  // token
  ['Patient?gender=male', ['zhang']],
  ['Patient?gender=male,female', ['zhang', 'mueller']],
  ['Patient?gender:not=male', ['mueller', 'percent']],
  ['Patient?gender:missing=true', ['percent']],
  ['Patient?gender:missing=false', ['zhang', 'mueller']],
  ['Patient?active=true', ['zhang']],
  ['Patient?identifier=urn:mr|A\\|1\\,2', ['zhang']],
  ['Patient?identifier=A\\|1\\,2', ['zhang']],
  ['Patient?identifier=urn:mr|', ['zhang', 'mueller']],
  ['Patient?identifier=|bare', ['zhang']],
  ['Patient?identifier=|A\\|1\\,2', []],
  ['Patient?identifier=urn:other|A\\|1\\,2', []],
  ['Patient?identifier=urn:mr|a\\|1', ['mueller']],
  ['Patient?phone=13800000000', ['zhang']],
  ['Patient?email=zhang@example.org', ['zhang']],
  ['Patient?phone=zhang@example.org', []],
  ['Patient?deceased=true', ['percent']],
  ['Patient?deceased=false', ['mueller', 'zhang']],
  ['Observation?category=urn:cat|vital', ['temp']],
  ['Observation?category=|plain', ['temp']],
  ['Observation?code=8867-4&status=final', ['hr60', 'hr100']],
  ['Observation?status=final,amended&code=urn:own|note', ['text']],
  ['Condition?code:text=糖尿病', ['dm']],
  ['Condition?code:text=高血压', []],
  ['Condition?_tag=urn:t|seen', ['dm']],
  ['Condition?_profile=http://example.org/p', ['dm']],
  ['Condition?_profile=http://example.org/p|1.0', ['dm']],
  // string
  ['Patient?name=张', ['zhang']],
  ['Patient?name=张三', ['zhang']],
  ['Patient?name=zsf', ['zhang']],
  ['Patient?name=zhangsan', ['zhang']],
  ['Patient?name:exact=zhangsanfeng', []],
  ['Patient?name=sanfeng', []],
  ['Patient?name:contains=三', ['zhang']],
  ['Patient?given=三', ['zhang']],
  ['Patient?name=muller', ['mueller']],
  ['Patient?name=MÜLLER', ['mueller']],
  ['Patient?given=emilie anne', ['mueller']],
  ['Patient?family:exact=Müller-Lüdenscheidt', ['mueller']],
  ['Patient?family:exact=müller-lüdenscheidt', []],
  ['Patient?family:contains=lüden', ['mueller']],
  ['Patient?name=100%25', ['percent']],
  ['Patient?name=%25', []],
  ['Patient?name=_', []],
  ['Patient?name:contains=%25 _\\\\', ['percent']],
  ['Patient?name:contains=o\'neil "q', ['percent']],
  ["Patient?name=';drop table resource--", []],
  ['Patient?address-city=北', ['zhang']],
  ['Patient?address=北京市海淀', ['zhang']],
  ['Practitioner?name=lv', ['dr']],
  // date
  ['Patient?birthdate=1970-05-04', ['zhang']],
  ['Patient?birthdate=1970-05', ['zhang', 'mueller']],
  ['Patient?birthdate=1970', ['zhang', 'mueller']],
  ['Patient?birthdate=ne1970-05-04', ['mueller']],
  ['Patient?birthdate=gt1970-05-04', ['mueller']],
  ['Patient?birthdate=lt1970-05-04', ['mueller']],
  ['Patient?birthdate=sa1970-05-04', []],
  ['Patient?birthdate=eb1970-06', ['zhang', 'mueller']],
  ['Patient?birthdate=ge1970-05-04&birthdate=le1970-05-04', ['zhang', 'mueller']],
  ['Patient?birthdate=ap1971', ['zhang', 'mueller']],
  ['Patient?birthdate=ap2020', []],
  ['Observation?date=2024-03-10', ['hr60']],
  ['Observation?date=2024-03-10T01:00:00Z', ['hr60']],
  ['Observation?date=2024-03', ['hr60', 'hr100', 'temp']],
  ['Observation?date=gt2024-03-12', ['hr100', 'temp']],
  ['Observation?date=sa2024-03-10', ['hr100']],
  ['Observation?date=eb2024-03-11', ['hr60']],
  ['Observation?date=lt2024-03-10T09:00:00%2B08:00', ['temp']],
  ['Observation?date:missing=true', ['text']],
  ['Encounter?date=ge2030', ['visit']],
  ['Encounter?date=2024-03', []],
  ['Patient?death-date=2020', ['percent']],
  ['Patient?_lastUpdated=2026-03-01', ['zhang', 'mueller', 'percent']],
  ['Patient?_lastUpdated=gt2026-03-01', []],
  ['Patient?_lastUpdated=ne2026-03-01', []],
  ['Patient?_lastUpdated=le2026-03-01&_lastUpdated=ge2026', ['zhang', 'mueller', 'percent']],
  // quantity and number
  ['Observation?value-quantity=60', ['hr60']],
  ['Observation?value-quantity=60.0|http://unitsofmeasure.org|/min', ['hr60']],
  ['Observation?value-quantity=60||次/分', ['hr60']],
  ['Observation?value-quantity=60||Cel', []],
  ['Observation?value-quantity=gt60||/min', ['hr100']],
  ['Observation?value-quantity=ge60||/min', ['hr60', 'hr100']],
  ['Observation?value-quantity=lt60', ['temp']],
  ['Observation?value-quantity=le60', ['temp', 'hr60']],
  ['Observation?value-quantity=ne60', ['temp', 'hr100']],
  ['Observation?value-quantity=37', ['temp']],
  ['Observation?value-quantity=36.6', []],
  ['Observation?value-quantity=36.7', ['temp']],
  ['Observation?value-quantity=ap95', ['hr100']],
  ['Observation?value-quantity=1e2', ['hr100']],
  ['Observation?value-quantity=sa99&value-quantity=eb101', ['hr100']],
  ['RiskAssessment?probability=0.00525', ['risk']],
  ['RiskAssessment?probability=5.25e-3', ['risk']],
  ['RiskAssessment?probability=0.0052', []],
  ['RiskAssessment?probability=gt0.005&probability=lt0.006', ['risk']],
  // composite
  ['Observation?code-value-quantity=8867-4$gt90', ['hr100']],
  ['Observation?code-value-quantity=8310-5$gt90,http://loinc.org|8867-4$60', ['hr60']],
  ['Observation?code-value-string=urn:own|note$pos', ['text']],
  // reference and uri
  ['Observation?subject=Patient/zhang', ['hr60', 'temp', 'text']],
  ['Observation?subject=zhang', ['hr60', 'temp', 'text']],
  ['Observation?subject:Patient=zhang', ['hr60', 'temp', 'text']],
  ['Observation?subject=Group/zhang', []],
  ['Observation?patient=zhang,mueller&code=8867-4', ['hr60', 'hr100']],
  ['Observation?encounter=Encounter/visit', ['hr60']],
  ['Observation?encounter:missing=true&value-quantity:missing=false', ['hr100', 'temp']],
  ['Encounter?subject:identifier=urn:mr|A1', ['visit']],
  ['ValueSet?url=http://example.org/ValueSet/a', ['vs']],
  ['ValueSet?url=http://example.org/ValueSet', []],
  // _id, chains, _has
  ['Patient?_id=zhang,percent', ['zhang', 'percent']],
  ['Observation?subject:Patient.name=张', ['hr60', 'temp', 'text']],
  ['Observation?patient.identifier=urn:mr|a\\|1', ['hr100']],
  ['Observation?patient.gender:not=female', ['hr60', 'temp', 'text']],
  ['Observation?encounter:Encounter.service-provider=org', ['hr60']],
  ['Patient?general-practitioner:Practitioner.identifier=77', ['zhang']],
  ['Patient?_has:Observation:patient:code=8310-5', ['zhang']],
  ['Patient?_has:Observation:patient:value-quantity=gt90', ['mueller']],
  ['Patient?_has:Condition:subject:code=E11.9&gender=female', []],
  // several types
  ['?_type=Patient,Practitioner&_id=zhang,dr', ['zhang', 'dr']],
  ['?_type=Observation,Condition&patient=zhang&_lastUpdated=2026', ['hr60', 'temp', 'text', 'dm']],
]

for (const [query, ids] of table) {
  test(`${query.slice(0, 90)} finds ${ids.join(', ') || 'nothing'}`, async () => {
    assert.deepEqual(all(await at.find(query)), all(ids))
  })
}

const predicate = async (sql: string, ...values: readonly unknown[]): Promise<ListFilter> => ({
  kind: 'predicate',
  sql,
  values,
  epoch: at.ledger.currentEpoch(),
})

test('the decision filters matches, its parameters renumbered among those of the search', async () => {
  const filter = await predicate('r.patient_id = $1 and r.sensitivity <= $2 and r.type = $3', 'zhang', 5, 'Observation')
  assert.deepEqual(all(await at.find('Observation?code=8867-4&status=final&date=2024', { filter })), ['hr60'])
  const never: ListFilter = { kind: 'never', epoch: at.ledger.currentEpoch() }
  const hidden = await at.search('Observation?_total=accurate', { filter: never })
  assert.deepEqual([hidden.rows.length, hidden.total], [0, 0])
})

test('a chain, a _has or an include never tells of what may not be seen', async () => {
  const includeFilter = await predicate('r.id <> $1 and r.id <> $2', 'zhang', 'hr100')
  assert.deepEqual(await at.find('Observation?subject:Patient.name=张', { includeFilter }), [])
  assert.deepEqual(await at.find('Observation?patient.gender=female', { includeFilter }), ['hr100'])
  assert.deepEqual(await at.find('Patient?_has:Observation:patient:value-quantity=gt90', { includeFilter }), [])
  const included = await at.search('Observation?_id=hr60,hr100&_include=Observation:subject', { includeFilter })
  assert.deepEqual(all(included.rows.map((row) => `${row.mode} ${row.record.id}`)), [
    'include mueller',
    'match hr100',
    'match hr60',
  ])
})

test('includes bring what is referred to and what refers, once each, and iterate only when told', async () => {
  const modes = async (query: string) =>
    all((await at.search(query)).rows.filter((row) => row.mode === 'include').map((row) => row.record.id))
  assert.deepEqual(await modes('Observation?_include=Observation:subject'), ['mueller', 'zhang'])
  assert.deepEqual(await modes('Observation?_id=hr60&_include=Observation:*'), ['visit', 'zhang'])
  assert.deepEqual(await modes('Observation?_id=hr60&_include=*'), ['visit', 'zhang'])
  assert.deepEqual(await modes('Observation?_id=hr60&_include=Observation:subject:Group'), [])
  assert.deepEqual(await modes('Patient?_id=zhang&_revinclude=Observation:subject&_revinclude=Condition:patient'), [
    'dm',
    'hr60',
    'temp',
    'text',
  ])
  assert.deepEqual(
    await modes('Observation?_id=hr60&_include=Observation:encounter&_include:iterate=Encounter:service-provider'),
    ['org', 'visit'],
  )
  assert.deepEqual(await modes('Patient?_id=mueller&_include:iterate=Patient:link'), ['zhang'])
})

test('rows the decision refuses although the filter let them through are left out, counted, and the page is filled', async () => {
  const verify = (facts: RecordFacts) => facts.id !== 'hr60'
  const found = await at.search('Observation?_count=3&_sort=_id', { verify })
  assert.deepEqual(
    found.rows.map((row) => row.record.id),
    ['hr100', 'temp', 'text'],
  )
  assert.equal(found.refusedRows, 1)
  const included = await at.search('Patient?_id=zhang&_revinclude=Observation:subject', { verify })
  assert.ok(!included.rows.some((row) => row.record.id === 'hr60'))
  assert.equal(included.refusedRows, 1)
})

const orders: readonly (readonly [query: string, ids: readonly string[]])[] = [
  ['Observation?_sort=-date&date:missing=false', ['hr100', 'hr60', 'temp']],
  ['Observation?_sort=date&date:missing=false', ['temp', 'hr60', 'hr100']],
  ['Observation?_sort=value-quantity', ['temp', 'hr60', 'hr100', 'text']],
  ['Observation?_sort=-value-quantity', ['hr100', 'hr60', 'temp', 'text']],
  ['Patient?_sort=family', ['mueller', 'zhang', 'percent']],
  ['Patient?_sort=-family', ['zhang', 'mueller', 'percent']],
  ['Patient?_sort=gender', ['mueller', 'zhang', 'percent']],
  ['Patient?_sort=-_id', ['zhang', 'percent', 'mueller']],
  ['Patient?_sort=death-date,_id', ['percent', 'mueller', 'zhang']],
  ['Observation?_sort=code,-_id', ['temp', 'hr60', 'hr100', 'text']],
]
for (const [query, ids] of orders) {
  test(`${query} is ordered ${ids.join(', ')}, page by page too`, async () => {
    assert.deepEqual(await at.find(query), ids)
    const paged: string[] = []
    let cursor = ''
    do {
      const page = await at.search(`${query}&_count=1${cursor && `&_cursor=${cursor}`}`)
      paged.push(...page.rows.map((row) => row.record.id))
      cursor = page.nextCursor ?? ''
    } while (cursor)
    assert.deepEqual(paged, ids)
  })
}

test('a page mark serves its own search only, untouched', async () => {
  const page = await at.search('Observation?_count=1&code=8867-4')
  const cursor = page.nextCursor!
  assert.ok(!Buffer.from(cursor, 'base64url').toString('latin1').includes('hr'))
  const refused = { code: 'invalid-input' }
  await assert.rejects(at.search(`Observation?_count=1&code=8310-5&_cursor=${cursor}`), refused)
  await assert.rejects(at.search(`Observation?_count=1&_cursor=${cursor}`), refused)
  const flipped = `${cursor.slice(0, -2)}${cursor.at(-2) === 'A' ? 'B' : 'A'}${cursor.at(-1)}`
  for (const forged of [flipped, 'x', '', 'AAAA'.repeat(20), `${cursor}=`]) {
    await assert.rejects(at.search(`Observation?_count=1&code=8867-4&_cursor=${forged}`), refused)
  }
  assert.equal((await at.search(`Observation?_count=5&code=8867-4&_cursor=${cursor}`)).rows.length, 1)
})

test('pages are complete while new records arrive between them', async () => {
  const ids: string[] = []
  for (let n = 0; n < 25; n++) {
    await at.put({ resourceType: 'Flag', id: `f${n}`, status: 'active', period: { start: `2024-01-${10 + (n % 7)}` } })
  }
  let cursor = ''
  let page = 0
  do {
    const found = await at.search(`Flag?_count=4&_total=accurate${cursor && `&_cursor=${cursor}`}`)
    assert.equal(found.total, 25 + page)
    ids.push(...found.rows.map((row) => row.record.id))
    cursor = found.nextCursor ?? ''
    page += 1
    // Newer than all: before the place where the pages stand.
    await at.put({ resourceType: 'Flag', id: `new${page}`, status: 'active', period: { start: '2025-01-01' } })
  } while (cursor)
  assert.deepEqual(all(ids), all(Array.from({ length: 25 }, (_, n) => `f${n}`)))
})

test('a search without permit for its types is refused; a count gives no rows', async () => {
  const permit = await at.searchPermit('Observation')
  const query = { ...(await import('./parse-search.ts')).parseSearch('Patient', [], { strict: true }) }
  const always: ListFilter = { kind: 'always', epoch: at.ledger.currentEpoch() }
  const plan = { query, filter: always, includeFilter: always }
  await assert.rejects(
    at.store.search(permit, plan, () => true),
    { code: 'permit-mismatch' },
  )
  await assert.rejects(
    at.store.search(await at.recordPermit('Patient', 'zhang'), plan, () => true),
    {
      code: 'permit-mismatch',
    },
  )
  const counted = await at.search('Patient?_summary=count')
  assert.deepEqual([counted.rows.length, counted.total], [0, 3])
})

test('a compartment search stays in the compartment', async () => {
  const { parseSearch } = await import('./parse-search.ts')
  const query = parseSearch(undefined, [], { strict: true, compartment: 'mueller' as never })
  const always: ListFilter = { kind: 'always', epoch: at.ledger.currentEpoch() }
  const found = await at.store.search(
    await at.searchPermit(...query.types),
    { query, filter: always, includeFilter: always },
    () => true,
  )
  assert.deepEqual(all(found.rows.map((row) => row.record.id)), ['hr100', 'mueller'])
})

test('hostile and oversized content is kept whole and found by its beginning', async () => {
  const long = '长'.repeat(10_000)
  let deep: object = { url: 'urn:x', valueString: 'end' }
  for (let n = 0; n < 500; n++) deep = { url: 'urn:x', extension: [deep] }
  const content = {
    resourceType: 'Patient',
    id: 'hostile',
    name: [{ text: long }, { text: '\\N\t\r\n\u2028{}","' }],
    identifier: [{ system: 'urn:long', value: 'v'.repeat(10_000) }, { value: `${'v'.repeat(9_999)}w` }],
    extension: [deep],
  }
  const written = await at.put(content)
  const parsed = JSON.parse(written.record.content)
  assert.deepEqual(parsed.name, content.name)
  assert.deepEqual(parsed.extension, content.extension)
  assert.deepEqual(await at.find(`Patient?name=${'长'.repeat(100)}`), ['hostile'])
  assert.deepEqual(await at.find(`Patient?name=${'长'.repeat(5_000)}`), ['hostile'])
  assert.deepEqual(await at.find(`Patient?identifier=urn:long|${'v'.repeat(10_000)}`), ['hostile'])
  assert.deepEqual(await at.find(`Patient?identifier=urn:long|${'v'.repeat(9_999)}w`), [])
  assert.deepEqual(await at.find(`Patient?identifier=${'v'.repeat(9_999)}w`), ['hostile'])
  assert.deepEqual(await at.find('Patient?name:exact=\\\\N%09%0D%0A%E2%80%A8{}"\\,"'), ['hostile'])
  await at.store.write(await at.recordPermit('Patient', 'hostile'), {
    kind: 'delete',
    type: 'Patient',
    id: 'hostile',
    author,
  })
})

test('a part with a label of its own cannot be found: searching would tell what is withheld', async () => {
  const component = (code: string, words: string) => ({
    code: coded('http://loinc.org', code, words),
    valueString: 'x',
  })
  const labelled = {
    resourceType: 'Observation',
    id: 'panel',
    status: 'final',
    code: coded('http://loinc.org', '58410-2', '血常规'),
    subject: { reference: 'Patient/zhang' },
    component: [component('718-7', '血红蛋白'), component('7918-6', 'HIV 抗体')],
  }
  const { record } = await at.put(labelled)
  assert.equal(record.hasLabelledParts, true)
  assert.deepEqual(await at.find('Observation?component-code=718-7'), ['panel'])
  assert.deepEqual(await at.find('Observation?component-code=7918-6'), [])
  assert.deepEqual(await at.find('Observation?combo-code=7918-6'), [])
  assert.deepEqual(JSON.parse(record.content).component, labelled.component)
})

const hostile = [
  '%00',
  '%00%00',
  'a%00b',
  '\\',
  '%5C%5C%5C',
  "'",
  '"',
  '$1',
  '%25%25',
  '__',
  '\ud800',
  '%EF%BF%BD',
  '{',
  '}',
  '\\,',
  '%0A',
  '\u202e',
  '😀',
]
for (const value of hostile) {
  test(`the value ${JSON.stringify(value)} harms no kind of parameter`, async () => {
    const queries = [
      'Patient?name',
      'Patient?name:exact',
      'Patient?name:contains',
      'Patient?identifier',
      'ValueSet?url',
      'Condition?code:text',
    ]
    for (const query of queries) assert.deepEqual(await at.find(`${query}=${value}`), hits(query, value), query)
    assert.deepEqual(await at.find(`Patient?identifier=${value}x|${value}y`), [])
    assert.deepEqual(await at.find(`Observation?value-quantity=5||${value}u`), [])
    assert.deepEqual(await at.find(`Observation?subject:Patient.name=${value}zz`), [])
  })
}

/** Only what really stands in the names: 100% _\ O'Neil "q" and two characters that cannot be kept. */
function hits(query: string, value: string): readonly string[] {
  if (query !== 'Patient?name:contains') return []
  return ['\\', "'", '"', '%00', '\ud800', '%00%00', '%EF%BF%BD'].includes(value) ? ['percent'] : []
}

test('the ends of time can be kept and found', async () => {
  const dates = ['0000', '0001-01-01', '9999-12-31', '9999-12-31T23:59:59Z']
  for (const [n, start] of dates.entries()) {
    await at.put({ resourceType: 'Flag', id: `end${n}`, status: 'active', period: { start, end: start } })
  }
  assert.deepEqual(all(await at.find('Flag?date=lt1000')), ['end0', 'end1'])
  assert.deepEqual(all(await at.find('Flag?date=sa9000')), ['end2', 'end3'])
  assert.deepEqual(all(await at.find('Flag?date=9999-12-31')), ['end2'])
})
