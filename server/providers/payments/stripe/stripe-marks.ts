/** The keys under which Stripe's objects say in their metadata what of ours made them. */
export const operationKey = "nexus_operation_id";
export const organizationKey = "nexus_organization_id";
export const appKey = "nexus_app_id";
export const referenceKey = "nexus_reference";
