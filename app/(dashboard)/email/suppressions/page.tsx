import type { Metadata } from "next";
import { Suppressions } from "./suppressions.tsx";

export const metadata: Metadata = { title: "Suppressions" };

const SuppressionsPage = () => <Suppressions />;

export default SuppressionsPage;
