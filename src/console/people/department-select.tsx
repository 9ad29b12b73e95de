import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useApi } from '../api/client.ts'
import { departmentsQuery } from '../api/people.ts'

interface DepartmentSelectProps {
  readonly value: string
  readonly label?: string
  readonly id?: string
  onChange(id: string): void
}

/** Departments and wards by name. Until they are known, the id in force is shown as it stands. */
export function DepartmentSelect({ value, label, id, onChange }: DepartmentSelectProps) {
  const { t } = useTranslation()
  const departments = useQuery(departmentsQuery(useApi()))
  const rows = departments.data?.rows ?? []
  const known = value === '' || rows.some((row) => row.id === value)
  return (
    <select
      id={id}
      className="filter-field"
      name="department"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t('people.anyDepartment')}</option>
      {known ? null : <option value={value}>{value}</option>}
      {rows.map((row) => (
        <option key={row.id} value={row.id}>
          {row.name}
        </option>
      ))}
    </select>
  )
}
