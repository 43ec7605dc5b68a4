"""Changed files that the claims of `claims.jsonl` are about, as marked lines, by their path."""

from __future__ import annotations

CODES = {
    "shop/load.py": """\
 import json
 import os
 from shop.cart import total as cart_total
 
-def load(path):
-    strict_check(path)
-    handle = open(path)
-    return json.load(handle)
+def load(path, strict, limit=10):
+    with open(path) as handle:
+        data = json.load(handle)
+    name = os.path.basename(path)
+    log(name)
+    rows = data[1:limit]
+    return cart_total(rows)
 
 
 async def fetch(client, user):
     if user is None:
         return None
-    reply = client.post(user.name)
+    reply = await client.get(user.name)
+    page = client.next(reply)
+    query = "SELECT * FROM users WHERE id IN (" + reply.ids
+    send(query, to=sorted(reply.ids))
     audit.record(user)
     return reply.text
""",
    "web/cart.ts": """\
 import { price, type Item } from './price';
 import * as fs from 'fs';
 
-export function sum(items: Item[]) {
-  return items.reduce((all, item) => all + price(item), 0);
+export async function sum(items: Item[], limit: number) {
+  const shown = items.slice(0, limit + 1)
+  const rates = await fetchRates(shown);
+  const old = rates.first
+  (window as any).last = shown;
+  return shown.reduce((all, item) => all + price(item) * rates.value, 0);
 }
""",
    "web/view.js": """\
 const { render } = require('./render');
 
 function view(user) {
-  return render(escapeHtml(user.name));
+  if (!user) {
+    return '';
+  }
+  const title = user.title;
+  const label = user.label;
+  return render(title + user.name);
 }
""",
    "store/read.go": """\
 package store
 
 import (
 \t"fmt"
 \t"os"
 )
 
 func Read(name string, size int) ([]byte, error) {
-\tmu.Lock()
-\tdefer mu.Unlock()
+\tfile, err := os.Open(name)
+\tif err != nil {
+\t\treturn nil, fmt.Errorf("read: %w", err)
+\t}
+\tdefer file.Close()
+\tdata := make([]byte, size)
+\tn, _ := file.Read(data)
+\treturn data[:n+1], nil
 }
""",
    "Order.java": """\
 package shop;
 
 import java.util.List;
 
 class Order {
   int sum(List<Item> items, int rate) {
-    return items.size() * rate;
+    int total = 0;
+    int spare = 1;
+    for (int i = 0; i <= items.size(); i++) {
+      total += items.get(i).price() * rate;
+    }
+    return total;
   }
 }
""",
    "copy.c": """\
 #include <string.h>
 
 static int limit(int n) {
   return n > 15 ? 15 : n;
 }
 
 void copy(char *to, const char *from, int n) {
-  strcpy(to, from);
+  memcpy(to, from, limit(n));
+  to[n] = 0;
 }
""",
}
