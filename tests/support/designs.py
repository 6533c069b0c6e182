"""A small app to be changed in the designer, and makers of what is done to it."""

from __future__ import annotations

PARKS = """\
# Parks and their trees.
format: 1
app: parks
title: {en: Parks, zh: 公园}
locales: [en, zh, ar]
time_zone: UTC
roles:
  keeper: {title: Keeper, can: [design]}
  warden: {title: Warden, includes: [keeper], can: [design, publish]}
forms:
  tree:
    title: {en: Tree, zh: 树, ar: شجرة}   # what we look after
    name: "{{ label }}"
    fields:
      # painted on the trunk
      label: {type: text, title: {en: Label, zh: 标牌}, required: true}
      height: {type: integer, title: {en: Height, zh: 高度}}
      kind: {type: select, title: Kind, options: {oak: Oak, elm: Elm}, default: oak}
    layout:
      - section:
          title: {en: Basics, zh: 基本}
          columns: [[label, kind], [height]]
    access:
      keeper: {create: true, read: true, update: true}
flows:
  care:
    title: {en: Care, zh: 养护}
    on: {created: tree}
    nodes:
      look:
        type: task
        title: {en: Look at it, zh: 查看}
        assign: {role: keeper, pick: pool}
        outcomes:
          fine: {title: Fine, to: end}
          sick: {title: Sick, to: note}
      note: {type: action, do: [{set: {kind: elm}}], to: end}   # sadly
      end: {type: end}
    canvas: {look: [40, 60], note: [320, 160], end: [600, 60]}
rules:
  tall:
    title: Tall ones
    on: {created: tree}
    when: record.height > 20
    do: [{set: {kind: elm}}]
"""
