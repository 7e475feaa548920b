/** Where the secret of an organization's provider is kept: sealed for this row alone. */
export const secretPlace = (organizationId: string): string => `organization_sign_in:${organizationId}`;
