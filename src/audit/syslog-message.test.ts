import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDicomEvent } from './read-dicom-event.ts'
import { openFrameReader, writeFrame } from './syslog-frames.ts'
import { readSyslog, type SyslogMessage, writeSyslog } from './syslog-message.ts'

// RFC 5424 §6.5, its four examples.
const examples: readonly (readonly [string, Partial<SyslogMessage>])[] = [
  [
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
    { priority: 34, messageId: 'ID47', text: "'su root' failed for lonvick on /dev/pts/8" },
  ],
  [
    "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
    { hostname: '192.0.2.1', processId: '8710', text: "%% It's time to make the do-nuts." },
  ],
  [
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] \ufeffAn application event log entry...',
    { appName: 'evntslog', text: 'An application event log entry...' },
  ],
  [
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]',
    { messageId: 'ID47', text: '' },
  ],
]
for (const [line, expected] of examples) {
  test(`RFC 5424 §6.5: ${line.slice(0, 60)}…`, () => {
    const read = readSyslog(Buffer.from(line))
    for (const [key, value] of Object.entries(expected)) assert.equal(read[key as keyof typeof read], value)
  })
}

const faults: readonly (readonly [string, string])[] = [
  ['', 'PRI'],
  ['hello', 'PRI'],
  ['<192>1 - - - - - - x', 'PRI'],
  ['<085>1 - - - - - - x', 'PRI'],
  ['<85>2 - - - - - - x', 'VERSION'],
  ['<34>Oct 11 22:14:15 mymachine su: x', 'VERSION'],
  ['<85>1 2003-10-11 - - - - - x', 'TIMESTAMP'],
  ['<85>1 2003-10-11T22:14:15 - - - - - x', 'TIMESTAMP'],
  [`<85>1 - ${'h'.repeat(256)} - - - - x`, 'HOSTNAME'],
  [`<85>1 - - ${'a'.repeat(49)} - - - x`, 'APP-NAME'],
  ['<85>1 - - - - ', 'MSGID'],
  ['<85>1 - - - - - [a b="c x', 'STRUCTURED-DATA'],
  ['<85>1 - - - - - x', 'STRUCTURED-DATA'],
]
for (const [line, fault] of faults) {
  test(`${JSON.stringify(line.slice(0, 40))} breaks ${fault}`, () => {
    assert.deepEqual(readSyslog(Buffer.from(line)), { fault })
  })
}

test('what is written is read again, whatever its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 191 }), (words, priority) => {
      const text = words.toWellFormed().replace(/^\ufeff+/, '')
      const read = readSyslog(writeSyslog({ priority, hostname: 'h', text }))
      assert.deepEqual(read, { priority, hostname: 'h', text })
    }),
  )
})

test('no bytes make the readers throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      readSyslog(bytes)
      readDicomEvent(Buffer.from(bytes).toString('latin1'))
      openFrameReader(100).push(Buffer.from(bytes))
    }),
  )
})

test('frames come out as they went in, in whatever pieces they arrive', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.integer({ min: 1, max: 30 }), (messages, pieceSize) => {
      const bytes = Buffer.concat(messages.map((one) => writeFrame(Buffer.from(one))))
      const reader = openFrameReader(32)
      const found = []
      for (let at = 0; at < bytes.length; at += pieceSize)
        found.push(...reader.push(bytes.subarray(at, at + pieceSize)))
      assert.deepEqual(
        found.map((frame) => (frame.kind === 'message' ? frame.bytes.toString('hex') : frame.kind)),
        messages.map((one) => (one.length > 32 ? 'too-long' : Buffer.from(one).toString('hex'))),
      )
      assert.ok(reader.isAtRest())
    }),
  )
})

for (const text of ['<85>1 - - - - - - x', '0 ', '01 x', '999999999 x', '-1 x', 'a', '99999999 x']) {
  test(`a stream that begins with ${text.slice(0, 12)} is broken, and nothing after it is read`, () => {
    const reader = openFrameReader(1_000)
    assert.deepEqual(reader.push(Buffer.from(text)), [{ kind: 'broken' }])
    assert.deepEqual(reader.push(writeFrame(Buffer.from('x'))), [])
  })
}
