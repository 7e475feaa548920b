import type { Metadata } from "next";
import { AppsOfOrganization } from "./apps-of-organization.tsx";

export const metadata: Metadata = { title: "Apps" };

const AppsPage = () => <AppsOfOrganization />;

export default AppsPage;
