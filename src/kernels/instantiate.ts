/**
 * From the committed binaries to functions, once each and not before they are asked for.
 */
import type { Arena } from './arena.ts';
import { BINARIES } from './binaries.ts';
import { type Module, webAssembly } from './webassembly.ts';

/** The name of a binary. */
export type KernelName = keyof typeof BINARIES;

const decoded = new Map<KernelName, Uint8Array>();
const modules = new Map<KernelName, Module>();

function bytesOf(name: KernelName): Uint8Array {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const text = atob(BINARIES[name]);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  decoded.set(name, bytes);
  return bytes;
}

/** True where this engine has the instructions that the kernel is made of. */
export function isSupported(name: KernelName): boolean {
  return webAssembly?.validate(bytesOf(name)) ?? false;
}

/** The kernel's functions, working in the arena's memory. */
export function instantiate<Functions>(name: KernelName, { memory }: Arena): Functions {
  // An arena has a memory, so that there is an interface.
  const { Module, Instance } = webAssembly!;
  const module = modules.get(name) ?? new Module(bytesOf(name));
  modules.set(name, module);
  return new Instance(module, { env: { memory } }).exports as Functions;
}
