import { workInThread } from './tile-thread.ts'

workInThread()
