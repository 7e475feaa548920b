export { bindableTopics, selectBindable, withBindableLock, type OrganizationResources } from "./store.ts";
