import type { Decision, Denied } from '../../authority/index.ts'
import type { ExportFormat, ExportReason, TraceTerms } from '../../contract/index.ts'
import type { Directory } from '../../directory/index.ts'
import type { LedgerSequence, PurposeOfUse } from '../../kernel/index.ts'
import type { Receipt, Trace } from '../../ledger/index.ts'
import type { PackageRequest, PackageTree } from '../../proof/index.ts'
import type { AccessDesk } from '../desk.ts'
import type { UseContext } from '../use.ts'

/** Entries of the ledger are to leave as a file: what, as what, and why. */
export interface ExportTraceUse extends UseContext {
  readonly purpose: PurposeOfUse
  readonly terms: TraceTerms
  readonly format: ExportFormat
  readonly reason: { readonly code: ExportReason; readonly text: string }
}

/** Where proofs come from: trees whose newest checkpoints cover so many entries, all of one size; undefined until there are such. */
export type ProofSource = (size: number) => Promise<readonly PackageTree[] | undefined>

export interface ExportDesk extends AccessDesk {
  readonly directory: Directory
  readonly trace: Trace
  readonly proofs: ProofSource
  /** What stands outside for checkpoints that cover an answer, and how keys of the logs handed over. */
  readonly evidence?: (range: {
    readonly covering: number
    readonly below: number
  }) => Promise<Pick<PackageRequest, 'anchors' | 'succession'>>
  /** Named in each package, for whoever wants to ask their owner; a reader's own policy says whether they count. */
  readonly keys?: PackageRequest['keys']
  /** First line of the ledger's checkpoints. */
  readonly origin: string
  readonly publicUrl: string
}

export type ExportedTrace =
  | {
      readonly outcome: 'exported'
      readonly decision: Decision
      /** The mark of the file. */
      readonly receipt: Receipt
      readonly path: string
      readonly fileName: string
      readonly sizeBytes: number
      readonly uses: number
    }
  | { readonly outcome: 'refused'; readonly decision: Denied; readonly receipt: Receipt }
  | { readonly outcome: 'stopped'; readonly receipt: Receipt }

/** One answer of bounded size: the entry by which the ledger commits to it, and which entries it is. */
export interface ExportPart {
  readonly asking: LedgerSequence
  readonly sequences: readonly LedgerSequence[]
  readonly completeAsOf: LedgerSequence
}

/** What every format says about the export as a whole. */
export interface ExportAccount {
  readonly institution: string
  readonly timeZone: string
  readonly origin: string
  readonly use: ExportTraceUse
  readonly asker: { readonly name: string; readonly staffNumber: string; readonly posts: readonly string[] }
  readonly receipt: Receipt
  readonly parts: readonly ExportPart[]
  readonly trees: readonly PackageTree[]
}

export const usesIn = (parts: readonly ExportPart[]): number =>
  parts.reduce((count, part) => count + part.sequences.length, 0)
