import type { PrincipalAdmission } from "@topolo/auth-middleware";

interface AdmissionColumns {
  readonly organization_admitted: boolean | null;
  readonly admission_limit_nanos: bigint | null;
}

/** Whether the platform pays for the organization, and how much a month; null: it does not. */
export const admissionOf = (row: AdmissionColumns): PrincipalAdmission | null =>
  row.organization_admitted === true
    ? { monthlyLimitNanos: row.admission_limit_nanos === null ? null : String(row.admission_limit_nanos) }
    : null;
