import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { PictureFacts } from '../fhir/picture.ts'
import { useReader } from '../record-context.ts'
import { fetchContent } from './content.ts'

/** A picture's bytes as an address of this page alone; it is given back when the picture leaves the screen. */
export function usePicture(picture: PictureFacts, enabled = true) {
  const reader = useReader()
  const content = useQuery({
    queryKey: ['picture', picture.id, picture.version, reader.purpose],
    queryFn: () => fetchContent(reader, picture.content),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const [address, setAddress] = useState<string>()
  const blob = content.data?.blob
  useEffect(() => {
    if (!blob) return
    const made = URL.createObjectURL(blob)
    setAddress(made)
    return () => {
      setAddress(undefined)
      URL.revokeObjectURL(made)
    }
  }, [blob])
  return {
    address,
    receipt: content.data?.receipt,
    isPending: content.isPending,
    error: content.error,
    refetch: content.refetch,
  }
}
