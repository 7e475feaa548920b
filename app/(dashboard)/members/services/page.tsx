import type { Metadata } from "next";
import { Services } from "./services.tsx";

export const metadata: Metadata = { title: "Services" };

const ServicesPage = () => <Services />;

export default ServicesPage;
