import type { Metadata } from "next";
import { Templates } from "./templates.tsx";

export const metadata: Metadata = { title: "Templates" };

const TemplatesPage = () => <Templates />;

export default TemplatesPage;
