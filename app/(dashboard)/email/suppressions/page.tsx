import type { Metadata } from "next";
import { SuppressedAddresses } from "./suppressed-addresses.tsx";

export const metadata: Metadata = { title: "Suppressions" };

const SuppressionsPage = () => <SuppressedAddresses />;

export default SuppressionsPage;
