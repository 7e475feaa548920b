import type { Metadata } from "next";
import { Policies } from "./policies.tsx";

export const metadata: Metadata = { title: "Spending policies" };

const PoliciesPage = () => <Policies />;

export default PoliciesPage;
