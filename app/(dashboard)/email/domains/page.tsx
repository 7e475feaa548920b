import type { Metadata } from "next";
import { Domains } from "./domains.tsx";

export const metadata: Metadata = { title: "Domains" };

const DomainsPage = () => <Domains />;

export default DomainsPage;
