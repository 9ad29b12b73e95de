export { namesFrom } from './account.ts'
export { csvHead, csvLine } from './csv.ts'
export type {
  ExportDesk,
  ExportedTrace,
  ExportTraceUse,
  ProofSource,
} from './export-order.ts'
export { type ExportProgress, type ExportRun, exportTrace } from './export-trace.ts'
export { type ExportedUse, exportedUse } from './exported-use.ts'
export { type KeptExport, type KeptExports, openKeptExports } from './kept-exports.ts'
export { logKeys, proofsOfTrees } from './proof-source.ts'
export { formatWords, questionWords, reasonWords, termWords } from './question-words.ts'
export * as traceWords from './words.ts'
