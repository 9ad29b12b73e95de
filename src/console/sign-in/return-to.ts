const place = 'chartward.return-to'

/** Before leaving for the hospital's identity provider: the address to come back to. */
export function rememberPlace(): void {
  sessionStorage.setItem(place, location.pathname + location.search)
}

export const forgetPlace = (): void => sessionStorage.removeItem(place)

/** The address one left from; a path of our own or nothing. */
export function rememberedPlace(): string | undefined {
  const kept = sessionStorage.getItem(place)
  return kept !== null && /^\/(?!\/)/.test(kept) && kept !== '/' ? kept : undefined
}
