import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMedia, readStudy } from '../fhir/picture.ts'
import { readReport } from '../fhir/report.ts'
import { albumsOf } from './album.ts'
import { fitted, originalTone, pan, toneFilter, zoomAbout } from './pan-and-zoom.ts'

test('what is under the pointer stays under it', () => {
  const about = { x: 100, y: -40 }
  const view = zoomAbout(fitted, 2, about)
  // The point of the picture that was at `about` is still there: (about − offset) / scale is the same before and after.
  assert.deepEqual([(about.x - view.x) / view.scale, (about.y - view.y) / view.scale], [about.x, about.y])
})

test('zooming out ends at the fitted picture, in its place', () => {
  assert.deepEqual(zoomAbout({ scale: 1.1, x: 30, y: 9 }, 0.5, { x: 0, y: 0 }), fitted)
  assert.equal(zoomAbout(fitted, 1000, { x: 0, y: 0 }).scale, 12)
})

test('a picture cannot be moved out of its window', () => {
  const view = pan({ scale: 2, x: 0, y: 0 }, { x: 10_000, y: -10_000 }, { width: 800, height: 600 })
  assert.deepEqual([view.x, view.y], [800, -600])
})

test('tone is told to the browser as filters', () => {
  assert.equal(toneFilter(originalTone), 'brightness(100%) contrast(100%)')
  assert.equal(
    toneFilter({ brightness: 120, contrast: 80, inverted: true }),
    'brightness(120%) contrast(80%) invert(1)',
  )
})

test('pictures find their study by reference, series or report; the rest stand by day', () => {
  const study = readStudy({
    resourceType: 'ImagingStudy',
    id: 's1',
    description: '胸部CT平扫',
    started: '2026-11-20T10:00:00Z',
    series: [{ uid: '1.2.3', modality: { code: 'CT' } }],
  })
  const media = (id: string, extra: Readonly<Record<string, unknown>>) =>
    readMedia({ resourceType: 'Media', id, createdDateTime: '2026-11-21T10:00:00Z', content: {}, ...extra })
  const report = readReport({
    resourceType: 'DiagnosticReport',
    id: 'r',
    conclusion: '未见异常',
    imagingStudy: [{ reference: 'ImagingStudy/s1' }],
    media: [{ link: { reference: 'Media/m3' } }],
  })
  const albums = albumsOf(
    [study],
    [
      media('m2', { partOf: [{ reference: 'ImagingStudy/s1' }] }),
      media('m1', { identifier: [{ value: 'urn:oid:1.2.3' }] }),
      media('m3', {}),
      media('wound', {}),
    ],
    [report],
  )
  assert.equal(albums[1]?.report?.conclusion, '未见异常')
  assert.deepEqual(
    albums.map((album) => [album.study?.id, album.pictures.map((picture) => picture.id)]),
    [
      [undefined, ['wound']],
      ['s1', ['m1', 'm2', 'm3']],
    ],
  )
})
