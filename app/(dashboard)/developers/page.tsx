import type { Metadata } from "next";
import { Developers } from "./developers.tsx";

export const metadata: Metadata = { title: "Developers" };

const DevelopersPage = () => <Developers />;

export default DevelopersPage;
