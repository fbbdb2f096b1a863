import { runDemo } from "./run-demo";

await runDemo({ live: true });
