(function_item name: (_) @name body: (_) @body) @function
(function_signature_item name: (_) @name) @function @head
(struct_item name: (_) @name body: (field_declaration_list) @body) @type
(struct_item name: (_) @name) @type @head
(enum_item name: (_) @name body: (_) @body) @type
(union_item name: (_) @name body: (_) @body) @type
(trait_item name: (_) @name body: (_) @body) @type
(impl_item
  type: [
    (type_identifier) @name
    (primitive_type) @name
    (reference_type) @name
    (generic_type type: (_) @name)
    (scoped_type_identifier name: (_) @name)
  ]
  body: (_) @body) @class
(mod_item name: (_) @name body: (_) @body) @module
(type_item name: (_) @name) @type
(macro_definition name: (_) @name) @function
(const_item name: (_) @name) @value
(static_item name: (_) @name) @value
(field_declaration name: (_) @name) @value

[(use_declaration) (extern_crate_declaration)] @import
(attribute_item) @attribute
[(line_comment) (block_comment)] @comment
