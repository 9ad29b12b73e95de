import { useTranslation } from 'react-i18next'
import type { SignInOptions } from '../../contract/index.ts'
import { useTerm } from '../i18n/term.ts'

interface DemoPeopleProps {
  readonly people: NonNullable<SignInOptions['demoPeople']>
  readonly chosen: string
  onChoose(username: string): void
}

/** People of a demonstration hospital, to try; fills in the user name and nothing else. */
export function DemoPeople({ people, chosen, onChoose }: DemoPeopleProps) {
  const { t } = useTranslation()
  const term = useTerm()
  return (
    <section className="demo-people" aria-labelledby="demo-people" data-testid="demo-people">
      <h2 id="demo-people">{t('signIn.demoTitle')}</h2>
      <p className="small soft">{t('signIn.demoLead')}</p>
      <ul>
        {people.map((person) => (
          <li key={person.username}>
            <button
              type="button"
              className="plain-button"
              aria-pressed={chosen === person.username}
              onClick={() => onChoose(person.username)}
            >
              <span className="demo-people-name">{person.name}</span>
              <span className="soft small">{term('role', person.role)}</span>
              <span className="mono faint small">{person.username}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
