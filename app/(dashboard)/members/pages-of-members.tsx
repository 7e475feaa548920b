import { SubPages } from "../sub-pages.tsx";

/** What belongs to an organization's people. */
export const PagesOfMembers = () => <SubPages label="Members" of="/members" />;
