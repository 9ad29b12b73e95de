import sharp from 'sharp'

export interface Shot {
  readonly file: string
  readonly caption: string
}

interface Sheet {
  readonly columns: number
  /** Pixels of one picture on the sheet. */
  readonly width: number
  readonly height: number
}

const gap = 16
const captionHeight = 28

/** All pictures of a run on one sheet, each under its caption, cut at the foot where a page is longer. */
export async function writeContactSheet(shots: readonly Shot[], file: string, sheet: Sheet): Promise<void> {
  const cellWidth = sheet.width + gap
  const cellHeight = sheet.height + captionHeight + gap
  const pieces = await Promise.all(
    shots.map(async (shot, place) => {
      const left = gap + (place % sheet.columns) * cellWidth
      const top = gap + Math.floor(place / sheet.columns) * cellHeight
      const input = await sharp(shot.file)
        .resize(sheet.width, sheet.height, { fit: 'cover', position: 'top' })
        .png()
        .toBuffer()
      return [
        { input: caption(shot.caption, sheet.width), left, top },
        { input, left, top: top + captionHeight },
      ]
    }),
  )
  await sharp({
    create: {
      width: gap + Math.min(sheet.columns, shots.length) * cellWidth,
      height: gap + Math.ceil(shots.length / sheet.columns) * cellHeight,
      channels: 3,
      background: '#8a8a86',
    },
  })
    .composite(pieces.flat())
    .png({ compressionLevel: 9, palette: true })
    .toFile(file)
}

function caption(text: string, width: number): Buffer {
  const safe = text.replace(/[<>&]/g, '')
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${captionHeight}"><text x="2" y="19" font-family="Noto Sans CJK SC, sans-serif" font-size="14" fill="#fff">${safe}</text></svg>`,
  )
}
