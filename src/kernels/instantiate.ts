/**
 * From the committed binaries to functions, once each and not before they are asked for.
 */
import type { Arena } from './arena.ts';
import { BINARIES, type KernelName } from './binaries.ts';
import { type Memory, type Module, webAssembly } from './webassembly.ts';

const supported = new Map<KernelName, boolean>();
const decoded = new Map<KernelName, Uint8Array>();
const modules = new Map<KernelName, Module>();
const instances = new WeakMap<Memory, Map<KernelName, unknown>>();

function bytesOf(name: KernelName): Uint8Array {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const text = atob(BINARIES[name]);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  decoded.set(name, bytes);
  return bytes;
}

/** True where this engine has the instructions that the kernel is made of. */
export function isSupported(name: KernelName): boolean {
  const known = supported.get(name) ?? webAssembly?.validate(bytesOf(name)) ?? false;
  supported.set(name, known);
  return known;
}

/** The kernel's functions, working in the arena's memory: the same ones each time. */
export function instantiate<Functions>(name: KernelName, { memory }: Arena): Functions {
  const known = instances.get(memory) ?? new Map<KernelName, unknown>();
  instances.set(memory, known);
  if (!known.has(name)) known.set(name, newInstance(name, memory));
  return known.get(name) as Functions;
}

function newInstance(name: KernelName, memory: Memory): unknown {
  // Who has a memory has an interface.
  const { Module, Instance } = webAssembly!;
  const module = modules.get(name) ?? new Module(bytesOf(name));
  modules.set(name, module);
  return new Instance(module, { env: { memory } }).exports;
}
