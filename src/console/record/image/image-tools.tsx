import Button from 'antd/es/button'
import { useTranslation } from 'react-i18next'
import { fitted, originalTone, type Tone, type View, zoomAbout } from './pan-and-zoom.ts'

interface ImageToolsProps {
  readonly view: View
  readonly tone: Tone
  onView(view: View): void
  onTone(tone: Tone): void
}

export function ImageTools({ view, tone, onView, onTone }: ImageToolsProps) {
  const { t } = useTranslation()
  const zoom = (factor: number) => onView(zoomAbout(view, factor, { x: 0, y: 0 }))
  return (
    <div className="image-tools" role="toolbar" aria-label={t('record.images.tools')}>
      <span className="image-tools-zoom">
        <Button onClick={() => zoom(0.8)} disabled={view.scale <= 1} aria-label={t('record.images.zoomOut')}>
          −
        </Button>
        <output className="image-tools-scale">
          {t('record.images.zoomLevel', { percent: Math.round(view.scale * 100) })}
        </output>
        <Button onClick={() => zoom(1.25)} aria-label={t('record.images.zoomIn')}>
          +
        </Button>
        <Button onClick={() => onView(fitted)} disabled={view.scale === 1}>
          {t('record.images.fit')}
        </Button>
      </span>
      <Slider
        label={t('record.images.brightness')}
        value={tone.brightness}
        onChange={(brightness) => onTone({ ...tone, brightness })}
      />
      <Slider
        label={t('record.images.contrast')}
        value={tone.contrast}
        onChange={(contrast) => onTone({ ...tone, contrast })}
      />
      <span className="image-tools-zoom">
        <Button
          aria-pressed={tone.inverted}
          type={tone.inverted ? 'primary' : 'default'}
          onClick={() => onTone({ ...tone, inverted: !tone.inverted })}
        >
          {t('record.images.invert')}
        </Button>
        <Button
          onClick={() => {
            onTone(originalTone)
            onView(fitted)
          }}
        >
          {t('record.images.reset')}
        </Button>
      </span>
    </div>
  )
}

function Slider({ label, value, onChange }: { label: string; value: number; onChange(value: number): void }) {
  return (
    <label className="field image-slider">
      <span>{label}</span>
      <input
        type="range"
        min={20}
        max={260}
        step={5}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output>{value}%</output>
    </label>
  )
}
