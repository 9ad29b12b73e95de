/** Told as 404 by the one error table. */
export function nothingThere(): never {
  throw Object.assign(new Error('nothing there'), { statusCode: 404 })
}
