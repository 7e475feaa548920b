import type { Metadata } from "next";
import { Payments } from "./payments.tsx";

export const metadata: Metadata = { title: "Payments" };

const PaymentsPage = () => <Payments />;

export default PaymentsPage;
