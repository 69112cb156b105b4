/**
 * The addresses of names. Asking for one (getaddrinfo(3)) takes as long as the resolver likes, which nothing can call off,
 * and a thread of Node's pool for all that time. So each name is asked for once at a time, whoever wants it and however
 * often he has given up, and a program that says how many names it has gets a thread for each.
 */
export { addressesOf, EACH_ADDRESS, lateName, lookup, nameless } from './lookup.js';
export { giveThreads } from './threads.js';
