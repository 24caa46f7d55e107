# SPDX-License-Identifier: Apache-2.0
# Files as arrays of bytes within the program; base/asset.h is their type.
#
# racewalk_embed(TARGET SYMBOL FILE...) adds a source to TARGET that defines `const struct asset_list SYMBOL`, with each
# FILE under its name without a folder. Run as a script (cmake -P), it writes that source.

if(CMAKE_SCRIPT_MODE_FILE)
    string(REPLACE "|" ";" FILES "${FILES}")
    set(arrays "")
    set(rows "")
    set(index 0)
    foreach(path IN LISTS FILES)
        get_filename_component(name ${path} NAME)
        file(READ ${path} hex HEX)
        string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
        string(APPEND arrays "static const unsigned char asset_${index}[] = {\n${hex}};\n")
        string(APPEND rows "    {\"${name}\", asset_${index}, sizeof asset_${index}},\n")
        math(EXPR index "${index} + 1")
    endforeach()
    file(WRITE ${OUT}
        "#include \"base/asset.h\"\n\n${arrays}\n"
        "static const struct asset rows[] = {\n${rows}};\n\n"
        "extern const struct asset_list ${SYMBOL};\n"
        "const struct asset_list ${SYMBOL} = {rows, ${index}};\n")
    return()
endif()

set(RACEWALK_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
function(racewalk_embed target symbol)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
    string(REPLACE ";" "|" files "${ARGN}")
    add_custom_command(
        OUTPUT ${out}
        COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DSYMBOL=${symbol} "-DFILES=${files}" -P ${RACEWALK_EMBED_SCRIPT}
        DEPENDS ${ARGN} ${RACEWALK_EMBED_SCRIPT}
        COMMENT "Embedding ${symbol}"
        VERBATIM)
    target_sources(${target} PRIVATE ${out})
endfunction()
