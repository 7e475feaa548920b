import type { Metadata } from "next";
import { Organizations } from "./organizations.tsx";

export const metadata: Metadata = { title: "Organizations" };

const OrganizationsPage = () => <Organizations />;

export default OrganizationsPage;
