export type { Describe } from './question.ts'
export { type AuthzenParts, registerAuthzenRoutes } from './routes.ts'
