import type { Metadata } from "next";
import { Invoices } from "./invoices.tsx";

export const metadata: Metadata = { title: "Invoices" };

const InvoicesPage = () => <Invoices />;

export default InvoicesPage;
