// What the shell shows in place of a page, in one module: each is seen rarely.
export { AuthNotice } from "./auth-notice.tsx";
export { NoOrganization } from "./no-organization.tsx";
export { RoleNotice } from "./role-notice.tsx";
