(class_specifier name: (_) @name body: (_) @body) @class
(namespace_definition name: (_) @name body: (_) @body) @module
(function_definition
  declarator: (reference_declarator (function_declarator declarator: (_) @name))
  body: (_) @body) @function
(function_definition
  declarator: (function_declarator declarator: (_) @name)
  [(default_method_clause) (delete_method_clause)]) @function @head
(function_definition declarator: (operator_cast) @name body: (_) @body) @function
(field_declaration_list [
  (field_declaration declarator: [
    (function_declarator declarator: (_) @name)
    (pointer_declarator declarator: (function_declarator declarator: (_) @name))
    (reference_declarator (function_declarator declarator: (_) @name))
  ])
  (declaration declarator: (function_declarator declarator: (_) @name))
] @function @head)
(field_declaration declarator: (reference_declarator (field_identifier) @name)) @value

; The line `template <…>` belongs to what it stands above; the same name met twice is one
; definition, the larger.
(template_declaration (function_definition
  declarator: [
    (function_declarator declarator: (_) @name)
    (pointer_declarator declarator: (function_declarator declarator: (_) @name))
    (reference_declarator (function_declarator declarator: (_) @name))
  ]
  body: (_) @body)) @function
(template_declaration (class_specifier name: (_) @name body: (_) @body)) @class
(template_declaration (struct_specifier name: (_) @name body: (_) @body)) @type
(alias_declaration name: (_) @name) @type @head
(concept_definition name: (_) @name) @type

(using_declaration) @import
