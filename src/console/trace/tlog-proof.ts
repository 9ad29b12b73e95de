import type { UseProof } from '../../contract/index.ts'

/** The receipt of one entry as a file that any C2SP verifier takes (https://c2sp.org/tlog-proof). */
export function tlogProofOf({
  proof,
  use,
}: Pick<UseProof, 'proof'> & { readonly use: { readonly sequence: number } }): string {
  if (!proof) return ''
  const path = proof.path.map((hash) => `${base64Of(hash)}\n`).join('')
  return `c2sp.org/tlog-proof@v1\nindex ${use.sequence}\n${path}\n${proof.checkpoint}`
}

function base64Of(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))))
}
