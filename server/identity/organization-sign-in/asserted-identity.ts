/** Who an organization's provider says has signed in there. */
export interface AssertedIdentity {
  /** Never changes at this provider. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
}
