import { aboutRecord, draftOf, listPatients } from '../../access/index.ts'
import type { ReminderAnswer, Standing } from '../../contract/index.ts'
import type { PatientId } from '../../kernel/index.ts'
import type { ApiCall } from '../api-route.ts'
import { nothingThere } from './absent.ts'
import { contextOf, purposeOf } from './context.ts'
import type { ConsoleDesk } from './desk.ts'
import { patientQuery, standingsOf } from './own-patients.ts'
import { releasedOnly } from './refusal.ts'

type Call = ApiCall<unknown, unknown, unknown>

/** How one stands to a patient before opening the record: the row, and open, remind or refused. */
export async function standingOf(desk: ConsoleDesk, call: Call, patient: PatientId): Promise<Standing> {
  const use = contextOf(call)
  const query = patientQuery([{ name: '_id', values: [patient] }])
  const standings = await standingsOf(desk, call)
  const listed = releasedOnly(await listPatients({ ...use, query, standings, terms: { standing: patient } }, desk))
  const [row] = listed.rows
  if (!row) return nothingThere()

  const purpose = use.purpose && { purpose: use.purpose }
  const { standing, decision, choices } = await desk.authority.standing({
    caller: call.caller,
    patient,
    ...purpose,
    at: desk.clock.now(),
  })
  return {
    patient: row,
    standing,
    ...(standing === 'open' && decision.purpose && { purpose: decision.purpose }),
    choices: choices.map((choice) => ({
      purpose: choice.purpose,
      reason: choice.code,
      textRequired: choice.textRequired,
    })),
    receipt: listed.sequence,
  }
}

/** The answer to the reminder: turning back is recorded as proceeding is (功能规范 2010: 提醒). */
export async function answerReminder(
  desk: ConsoleDesk,
  call: Call,
  patient: PatientId,
  answer: ReminderAnswer,
): Promise<{ receipt: number }> {
  const use = contextOf(call)
  const facts = await desk.records.describe('Patient', patient)
  if (facts === undefined || facts === 'deleted') return nothingThere()
  const at = desk.clock.now()

  if (answer.choice === 'turn-back') {
    const purpose = use.purpose && { purpose: use.purpose }
    const decision = await desk.authority.decide({ caller: call.caller, action: 'view', record: facts, ...purpose, at })
    const draft = { ...draftOf('reminder', 'view', use, decision), ...aboutRecord(facts) }
    const [receipt] = await desk.ledger.record([{ ...draft, outcome: 0, detail: { choice: 'turn-back' } }])
    return { receipt: receipt!.sequence }
  }

  const declared = await desk.authority.declareUse({
    caller: call.caller,
    patient,
    purpose: purposeOf(answer.purpose),
    reason: answer.reason,
    ...(answer.text && { text: answer.text }),
    channel: use.channel,
    requestId: use.requestId,
    at,
  })
  if (declared.outcome !== 'not-needed') return { receipt: releasedOnly(declared).receipt.sequence }
  const [receipt] = await desk.ledger.record([
    {
      ...draftOf('reminder', 'view', use, declared.decision),
      ...aboutRecord(facts),
      detail: { choice: 'proceed', needed: false },
    },
  ])
  return { receipt: receipt!.sequence }
}
