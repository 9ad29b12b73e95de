import Button from 'antd/es/button'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession, useTimeZone } from '../api/session.ts'
import { useLanguage } from '../i18n/term.ts'
import { MyPatients } from '../patients/my-patients.tsx'
import { PageHead } from '../shape/page-head.tsx'
import { TodayShape, type Waiting, WaitingList } from '../shape/today.tsx'
import { AddPasskey } from '../sign-in/add-passkey.tsx'
import { absoluteDay } from '../time/hospital-time.ts'
import { useNow } from '../time/now.ts'
import { RecentRecords } from './recent-records.tsx'

const postEndingWithinMs = 30 * 86_400_000

/** What waits for me, and my patients. */
export function TodayPage() {
  const { t } = useTranslation()
  const { tag } = useLanguage()
  const zone = useTimeZone()
  const now = useNow()
  const { rooms } = useSession()
  const day = new Intl.DateTimeFormat(tag, { timeZone: zone, dateStyle: 'full' }).format(now)
  return (
    <TodayShape
      head={<PageHead title={t('today.title')} lead={day} />}
      waiting={<WaitingList label={t('today.attention')} items={useWaiting()} />}
      work={rooms.includes('patients') ? <MyPatients /> : null}
      aside={
        <>
          <RecentRecords />
          <PasskeyOffer />
        </>
      }
    />
  )
}

function useWaiting(): readonly Waiting[] {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const now = useNow()
  const session = useSession()
  return session.posts
    .filter((post) => post.until !== undefined && Date.parse(post.until) - now < postEndingWithinMs)
    .sort((a, b) => Date.parse(a.until ?? '') - Date.parse(b.until ?? ''))
    .map((post) => ({
      id: `${post.role} ${post.department.id}`,
      title: t('today.postEnding', {
        title: post.title,
        department: post.department.name,
        date: absoluteDay(post.until ?? '', zone),
      }),
      why: t('today.postEndingWhy'),
      action: <Link to="#me">{t('today.postEndingAction')}</Link>,
    }))
}

/** A quiet offer, never urgent: only where there is no passkey yet. */
function PasskeyOffer() {
  const { t } = useTranslation()
  const session = useSession()
  const [adds, setAdds] = useState(false)
  if (session.passkeys > 0) return null
  return (
    <section className="passkey-offer">
      <h2>{t('today.passkey')}</h2>
      <p className="soft small">{t('today.passkeyWhy')}</p>
      {adds ? <AddPasskey /> : <Button onClick={() => setAdds(true)}>{t('today.passkeyAction')}</Button>}
    </section>
  )
}
