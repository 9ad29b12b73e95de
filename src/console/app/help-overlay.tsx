import Modal from 'antd/es/modal'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { roomsOf } from './rooms.ts'
import './help-overlay.css'

/** What the keyboard can do; opened by `?`, closed by Esc. */
export function HelpOverlay({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <Modal open title={t('keys.title')} footer={null} onCancel={onClose} width={440} data-testid="help">
      <dl className="keys">
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>{t('keys.search')}</dd>
        </div>
        {roomsOf(session).map(({ room, letter }) => (
          <div key={room}>
            <dt>
              <kbd>g</kbd> <span className="faint small">{t('keys.afterwards')}</span> <kbd>{letter}</kbd>
            </dt>
            <dd>{t('keys.go', { room: t(`rooms.${room}`) })}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Tab</kbd>
          </dt>
          <dd>{t('keys.move')}</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{t('keys.escape')}</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t('keys.help')}</dd>
        </div>
      </dl>
    </Modal>
  )
}
