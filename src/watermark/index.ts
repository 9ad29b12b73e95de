export { markWithReceipt, receiptOf, receiptSystem, type SecurityCoding } from './receipt-mark.ts'
