// The bare FHIR read: the same store behind the same HTTP server, with no identity, decision, trace, redaction or mark.
// What the whole path is measured against. Usage: node bench/bare-server.ts <database url>; prints its port.
import fastify from 'fastify'
import { openDatabase } from '../src/kernel/index.ts'

const database = openDatabase(process.argv[2] as string)
const app = fastify()

app.get<{ Params: { type: string; id: string } }>('/fhir/:type/:id', async (request, reply) => {
  const [row] = await database.query<{ content: string; version: number }>(
    { name: 'bare.read', text: 'select content, version from resource where type = $1 and id = $2 and not deleted' },
    [request.params.type, request.params.id],
  )
  if (!row) return reply.code(404).send()
  return reply.type('application/fhir+json').header('ETag', `W/"${row.version}"`).send(row.content)
})

app.get<{ Params: { type: string }; Querystring: { patient: string; _count: string } }>(
  '/fhir/:type',
  async (request, reply) => {
    const rows = await database.query<{ content: string }>(
      {
        name: 'bare.search',
        text: `select content from resource where type = $1 and patient_id = $2 and not deleted order by sort_date desc, id limit $3`,
      },
      [request.params.type, request.query.patient.replace('Patient/', ''), Number(request.query._count)],
    )
    const entries = rows.map((row) => `{"resource":${row.content},"search":{"mode":"match"}}`)
    return reply
      .type('application/fhir+json')
      .send(`{"resourceType":"Bundle","type":"searchset","entry":[${entries.join(',')}]}`)
  },
)

await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined }))
process.on('SIGTERM', () => process.exit(0))
