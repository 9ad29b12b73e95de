import {
  type Anchoring,
  type AnchoringConfiguration,
  type AnchoringOptions,
  openAnchoring,
} from '../anchoring/index.ts'
import { type Audit, type AuditConfiguration, openAudit } from '../audit/index.ts'
import { type NoteSigner, parseVerifierKey } from '../crypto/index.ts'
import type { Clock, Closing, Configuration, Database, Log } from '../kernel/index.ts'
import { type Ledger, openTrace, openTree, type Trace, type Tree } from '../ledger/index.ts'
import { archiveFolders, openArchive } from '../retention/index.ts'
import { type NoteSigners, openNoteSigners } from './note-signers.ts'

/** How the ledger is read, signed, and held by others: trees, keys, witnesses, archives, audit trails in and out. */
export interface Outside extends Pick<NoteSigners, 'signer' | 'guomiSigner' | 'formerVerifiers'> {
  readonly archived: ReturnType<typeof openArchive>
  readonly trace: Trace
  readonly tree: Tree
  /** Over SM3; its newest checkpoint may be old where its key is `none`. */
  readonly guomiTree: Tree
  /** What holds the ledger from outside. */
  readonly anchoring: Anchoring
  /** Others' trails in, ours out. */
  readonly audit: Audit
}

export interface OutsideOptions {
  readonly configuration: Configuration
  readonly auditConfiguration: AuditConfiguration
  readonly anchoringConfiguration: AnchoringConfiguration
  readonly database: Database
  readonly plainLedger: Ledger
  readonly ledger: Ledger
  readonly log: Log
  readonly clock: Clock
  /** First line of the ledger's checkpoints. */
  readonly origin: string
  readonly publicUrl: string
  readonly serves: boolean
}

export async function openOutside(options: OutsideOptions, closing: Closing): Promise<Outside> {
  const { configuration, database, log, clock, origin } = options
  const archived = openArchive({ database, archives: archiveFolders(process.env, configuration.dataDir) })
  const trace = openTrace({ database, archived })
  const audit = openAudit({
    ...{ database, ledger: options.ledger, clock, log, trace, configuration: options.auditConfiguration },
    context: { origin, publicUrl: options.publicUrl },
  })
  closing.add(() => audit.close())
  const signers = await openNoteSigners(configuration, origin, database)
  closing.add(() => signers.close())
  const { signer, guomiSigner, formerVerifiers } = signers
  const anchoring = openAnchoring({
    ...{ database, ledger: options.plainLedger, clock, log, archived, ...options.anchoringConfiguration },
    logs: logsUnder(signers),
    runs: options.serves,
  })
  closing.add(() => anchoring.close())
  return {
    archived,
    trace,
    tree: openTree({ database, archived }),
    guomiTree: openTree({ database, suite: 'guomi', archived }),
    anchoring,
    audit,
    signer,
    ...(guomiSigner && { guomiSigner }),
    formerVerifiers,
  }
}

/** Each log with every key that has signed it. */
function logsUnder({ signer, guomiSigner, formerVerifiers }: NoteSigners): AnchoringOptions['logs'] {
  const under = ({ name, verifierKey }: NoteSigner) => ({
    origin: name,
    verifiers: [parseVerifierKey(verifierKey), ...formerVerifiers.filter((each) => each.name === name)],
  })
  return { international: under(signer), ...(guomiSigner && { guomi: under(guomiSigner) }) }
}
