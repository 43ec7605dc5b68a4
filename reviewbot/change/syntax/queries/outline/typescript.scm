(public_field_definition
  name: (_) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(public_field_definition name: (_) @name) @value
(abstract_class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @type
(enum_declaration name: (_) @name body: (_) @body) @type
(type_alias_declaration name: (_) @name) @type
(internal_module name: (_) @name body: (_) @body) @module
(module name: (_) @name body: (_) @body) @module

; What has a signature alone ends where its signature ends.
(function_signature name: (_) @name) @function @head
(method_signature name: (_) @name) @function @head
(abstract_method_signature name: (_) @name) @function @head
(interface_body (property_signature name: (_) @name) @value)
(import_alias) @import
