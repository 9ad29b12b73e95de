import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { useSession } from '../api/session.ts'
import { type Room, roomsOf } from './rooms.ts'
import './navigation.css'

/** The rooms a person may enter: a rail at the side, a bar at the foot on a phone. */
export function Navigation() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <nav className="navigation no-print" aria-label={t('app.navigation')}>
      <ul>
        {roomsOf(session).map(({ room, path, letter }) => (
          <li key={room}>
            <NavLink to={path} title={`g ${letter}`} data-testid={`room-${room}`}>
              <svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.4">
                <path d={marks[room]} />
              </svg>
              <span>{t(`rooms.${room}`)}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const marks: Readonly<Record<Room, string>> = {
  flows: 'M3 7h12l-3-3M17 13H5l3 3',
  today: 'M4 4h12v13H4zM4 8h12M7 2v4M13 2v4',
  patients: 'M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.5 17.5c.6-4 3-6 6.5-6s5.900 2 6.500 6',
  'my-uses':
    'M2 10c2-3.700 4.700-5.500 8-5.500s6 1.800 8 5.500c-2 3.700-4.700 5.500-8 5.500S4 13.700 2 10zM10 12.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z',
  trace: 'M5 2.500h10v15l-2.500-1.600-2.500 1.600-2.500-1.600L5 17.500zM8 6.500h4M8 9.500h4',
  people:
    'M7.500 9a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2 16.500c.5-3.500 2.400-5.200 5.500-5.200s5 1.700 5.500 5.200M13 9.200a2.500 2.500 0 1 0-.6-4.900M15 11.600c1.700.7 2.700 2.300 3 4.900',
  policies:
    'M10 2.500v15M5.500 17.500h9M3.500 5.500h13M3.500 5.500l-2 6a2.500 2.500 0 0 0 4 0zM16.500 5.500l-2 6a2.500 2.500 0 0 0 4 0z',
}
