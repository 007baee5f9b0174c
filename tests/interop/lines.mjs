// How a client program talks with the test that runs it: one JSON object a line, commands in,
// news out. A command names itself in "do", news in "said".
import { createInterface } from "node:readline";

// Standard output is for news; what a library has to say of its own goes where a test shows it.
console.log = console.info = console.debug = console.error;

export const options = JSON.parse(process.argv[2]);

export function say(said, news = {}) {
  process.stdout.write(JSON.stringify({ said, ...news }) + "\n");
}

// Carries out each line of standard input until the input ends. What `commands` has no name for is
// an error of the test, and ends the program.
export async function obey(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, ...details } = JSON.parse(line);
    commands[name](details);
  }
}
