import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { aboutTrace, type KeptExport, type KeptExports } from '../../access/index.ts'
import { exportOrderSchema, type TraceExport, traceExportSchema, traceExportsSchema } from '../../contract/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { type ApiCall, type ApiRoute, apiRoute } from '../api-route.ts'
import { nothingThere } from './absent.ts'
import { contextOf, purposeOf } from './context.ts'
import { releasedOnly } from './refusal.ts'

interface ExportRoutesDesk {
  readonly exports: KeptExports
  readonly ledger: Ledger
}

/** Exports of the trace: ordered, watched while they are made, stopped, fetched. */
export function traceExportRoutes({ exports, ledger }: ExportRoutesDesk): readonly ApiRoute[] {
  const url = '/api/trace/exports'
  const params = z.object({ id: z.uuid() })
  const own = (call: ApiCall<{ id: string }, unknown, unknown>): KeptExport =>
    exports.one(call.caller.person, call.params.id) ?? nothingThere()
  return [
    apiRoute({
      method: 'POST',
      url,
      summary: 'Export a trace as a file, for a stated purpose and reason; the export stands in the ledger first',
      body: exportOrderSchema,
      answer: traceExportSchema,
      async answerWith(call) {
        const { purpose, text, reason, ...order } = call.body
        const use = {
          ...contextOf(call, purpose),
          ...order,
          purpose: purposeOf(purpose),
          reason: { code: reason, text },
        }
        return told(releasedOnly(await exports.start(use)).export)
      },
    }),
    apiRoute({
      method: 'GET',
      url,
      summary: 'Own exports that are under way or kept',
      answer: traceExportsSchema,
      async answerWith(call) {
        const [receipt] = await ledger.record([aboutTrace(contextOf(call), 'exports-listed')])
        return { exports: exports.of(call.caller.person).map(told).reverse(), receipt: receipt!.sequence }
      },
    }),
    apiRoute({
      method: 'GET',
      url: `${url}/:id`,
      summary: 'How far one’s own export has come',
      params,
      answer: traceExportSchema,
      answerWith: async (call) => told(own(call)),
    }),
    apiRoute({
      method: 'DELETE',
      url: `${url}/:id`,
      summary: 'Stop an export, or delete its file',
      params,
      answer: traceExportSchema,
      async answerWith(call) {
        const { id } = own(call)
        return told((await exports.stop(call.caller.person, id)) ?? nothingThere())
      },
    }),
    apiRoute({
      method: 'GET',
      url: `${url}/:id/file`,
      summary: 'The file of one’s own export; that it was fetched stands in the ledger first',
      params,
      answer: z.any(),
      async answerWith(call) {
        const { file, receipt } = own(call)
        if (!file) return nothingThere()
        await ledger.record([{ ...aboutTrace(contextOf(call), 'export-fetched'), follows: receipt.sequence }])
        call.reply
          .header('Chartward-Receipt', receipt.sequence)
          .header('Content-Disposition', `attachment; filename="${file.fileName}"`)
          .header('Content-Length', file.sizeBytes)
          .type(mediaTypes[file.fileName.split('.').at(-1)!] ?? 'application/octet-stream')
        return createReadStream(file.path)
      },
    }),
  ]
}

const mediaTypes: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  pdf: 'application/pdf',
  json: 'application/json',
}

const told = (kept: KeptExport): TraceExport => ({
  id: kept.id,
  format: kept.use.format,
  terms: kept.use.terms,
  reason: kept.use.reason.code,
  startedAt: new Date(kept.startedMs).toISOString(),
  state: kept.state,
  found: kept.found,
  written: kept.written,
  ...(kept.file && { fileName: kept.file.fileName, sizeBytes: kept.file.sizeBytes }),
  ...(kept.keptUntilMs !== undefined && { keptUntil: new Date(kept.keptUntilMs).toISOString() }),
  ...(kept.failure !== undefined && { failure: kept.failure }),
  receipt: kept.receipt.sequence,
})
