/** Where an operation stands; it is told again whenever that changes. */
export interface OperationMark {
  readonly organizationId: string;
  readonly operationId: string;
  readonly state: string;
}
