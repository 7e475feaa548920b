import type { Metadata } from "next";
import { Customers } from "./customers.tsx";

export const metadata: Metadata = { title: "Customers" };

const CustomersPage = () => <Customers />;

export default CustomersPage;
