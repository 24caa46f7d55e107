"use strict";
/* What scripts of a page share. Text is always set as text (textContent, attributes), never as markup. */

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/* An element with attributes and text or children. */
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}
function svg(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
/* The first label of a name; an address stays whole. */
function short(name) {
  if (/^[0-9]/.test(name)) return name;
  const dot = name.indexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
